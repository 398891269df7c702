// One gallery, built by a process of its own: what `apart.ts` starts. It prints what a build prints, and hands back what it
// made.
import { EXIT, runCommand } from '../base/terminal.ts';
import { chooseEngine, type EngineChoice } from '../engines/index.ts';
import { buildGallery } from './gallery.ts';
import type { GalleryBuild } from './stage.ts';

/** What makes a gallery's build, as text can hand it over. */
export type GalleryTask = Omit<GalleryBuild, 'engine'> & EngineChoice;

await runCommand(async () => {
  // Whoever asked for it may have been killed outright.
  process.on('disconnect', () => process.exit(EXIT.terminated));
  process.channel?.unref();
  const task = JSON.parse(process.argv[2] ?? '') as GalleryTask;
  process.send?.(await buildGallery({ ...task, engine: await chooseEngine(task) }));
});
