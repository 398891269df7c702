// A process that builds one gallery, prints what a build prints, and hands back what it made.
import { chooseEngine, type EngineChoice } from '../engines/index.ts';
import { buildGallery } from './gallery.ts';
import { answerRequests } from './processes.ts';
import type { GalleryBuild, StageResult } from './stage.ts';

/** What makes a gallery's build, as text can hand it over. */
export type GalleryTask = Omit<GalleryBuild, 'engine'> & EngineChoice;

answerRequests<GalleryTask, StageResult>(async (task) => buildGallery({ ...task, engine: await chooseEngine(task) }));
