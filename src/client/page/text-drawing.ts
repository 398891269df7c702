// A coloured text as a drawing: its characters where they stand on the screen, over a rectangle for each run of one colour,
// and beside them the plots that stand there.
import { STEPS, stepTag } from '../../shared/scale.ts';
import { type Drawing, onPaper, part, resolved } from './paper.ts';

/** Characters of one step that stand side by side on a line. */
interface Stretch {
  readonly step: string;
  /** The element whose text they are, but for the mark of the step. */
  readonly holder: HTMLElement;
  readonly characters: string[];
  readonly boxes: DOMRect[];
  /** What is coloured: the characters' boxes, or the places of a grid that they are in. */
  readonly areas: DOMRect[];
}

const isStep = (name: string): boolean => /^s\d+$/.test(name);
const STEP_OF_TAG = new Map(Array.from({ length: STEPS }, (_, step) => [stepTag(step), `s${step}`]));

/** For each UTF-16 unit of a text node the step that a highlight gives it. */
function highlighted(node: Node): string[] {
  const steps: string[] = [];
  for (const [name, ranges] of 'highlights' in CSS ? CSS.highlights : []) {
    if (!isStep(name)) continue;
    for (const { startContainer, startOffset, endOffset } of ranges) {
      if (startContainer !== node) continue;
      for (let unit = startOffset; unit < endOffset; unit++) steps[unit] = name;
    }
  }
  return steps;
}

/** The half of the box before that belongs to a character whose box is empty, for the font has one glyph for both. */
function ligated(before: Stretch | undefined, character: string): DOMRect | undefined {
  if (before === undefined || character === ' ') return undefined;
  const { x, y, width, height } = before.boxes.pop()!;
  before.boxes.push(new DOMRect(x, y, width / 2, height));
  return new DOMRect(x + width / 2, y, width / 2, height);
}

/** The text's characters as they are drawn; a line break is not. */
function stretchesOf(text: HTMLElement): Stretch[] {
  const stretches: Stretch[] = [];
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const parent = node.parentElement!;
    const own = [...parent.classList].find(isStep) ?? STEP_OF_TAG.get(parent.localName) ?? '';
    const holder = own === '' ? parent : parent.parentElement!;
    const steps = highlighted(node);
    const place = getComputedStyle(parent).display === 'block' && own !== '' ? parent.getBoundingClientRect() : null;
    let unit = 0;
    for (const character of node.textContent!) {
      range.setStart(node, unit);
      range.setEnd(node, unit + character.length);
      const step = steps[unit] ?? own;
      unit += character.length;
      if (/\s/.test(character) && character !== ' ') continue;
      const last = stretches.at(-1);
      const box = [...range.getClientRects()].findLast(({ width }) => width > 0) ?? ligated(last, character);
      if (box === undefined) continue;
      if (last?.step === step && last.holder === holder && last.boxes[0]!.top === box.top) {
        last.characters.push(character);
        last.boxes.push(box);
        if (place !== null) last.areas.push(place);
      } else {
        const boxes = [box];
        stretches.push({ step, holder, characters: [character], boxes, areas: place === null ? boxes : [place] });
      }
    }
  }
  return stretches;
}

type Look = ReturnType<typeof lookOf>;

/** What a step looks like in an element, which its highlight does too. */
function lookOf({ holder, step }: Stretch) {
  const sample = document.createElement('span');
  sample.className = step;
  holder.append(sample);
  const style = getComputedStyle(sample);
  const look = {
    background: style.backgroundColor,
    ink: style.color,
    line: style.textDecorationLine,
    thickness: style.textDecorationThickness,
    lineColour: style.textDecorationColor,
    font: style.font,
    family: style.fontFamily,
    size: style.fontSize,
    /** Whether what reaches over the holder's edge is cut off, as of a trace. */
    isCut: getComputedStyle(holder).overflowY === 'clip',
  };
  sample.remove();
  return look;
}

/** Which share of a character's box is above the line on which it stands. */
function baselineShare(font: string): number {
  const pen = document.createElement('canvas').getContext('2d')!;
  pen.font = font;
  const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = pen.measureText('x');
  return ascent / (ascent + descent);
}

/** A bar over or under the letters, where the text has bars. */
function barOf({ line, thickness, lineColour }: Look, { x, y, width, height }: Box): SVGElement[] {
  const size = Number.parseFloat(thickness);
  if (line === 'none' || !(size > 0)) return [];
  const top = line === 'overline' ? y - size : y + height;
  return [part('rect', { x, y: top, width, height: size, fill: lineColour })];
}

type Box = Record<'x' | 'y' | 'width' | 'height', number>;

/** A plot of the text, where it stands in the frame and as large as it is there. */
function placed(plot: SVGSVGElement, frame: DOMRect): SVGSVGElement {
  const { left, top, width, height } = plot.getBoundingClientRect();
  const copy = resolved(plot);
  const place = { x: left - frame.left, y: top - frame.top, width, height, overflow: 'visible' };
  for (const [name, value] of Object.entries(place)) copy.setAttribute(name, String(value));
  return copy;
}

/** The text in the colours, or with the bars, that it has on the page now. */
export function drawText(text: HTMLElement): Promise<Drawing> {
  const looks = new Map<string, Look>();
  const frame = text.getBoundingClientRect();
  const drawn = part('svg', {});
  for (const stretch of stretchesOf(text)) {
    const { step, holder, characters, boxes, areas } = stretch;
    const kind = `${holder.localName}.${holder.className} ${step}`;
    const look = looks.get(kind) ?? lookOf(stretch);
    looks.set(kind, look);
    const [first, area] = [boxes[0]!, areas[0]!];
    const bounds = look.isCut ? holder.getBoundingClientRect() : area;
    const [x, y] = [area.left - frame.left, bounds.top - frame.top];
    const box = { x, y, width: areas.at(-1)!.right - area.left, height: bounds.height };
    drawn.append(part('rect', { ...box, fill: look.background }), ...barOf(look, box));
    const baseline = first.top - frame.top + baselineShare(look.font) * first.height;
    const places = boxes.map(({ left }) => (left - frame.left).toFixed(2)).join(' ');
    const style = { 'font-family': look.family, 'font-size': look.size, fill: look.ink };
    // A space at the beginning would be left out, and the letters after it take each other's places.
    const words = characters.join('').replaceAll(' ', '\u00a0');
    if (!look.isCut) drawn.append(part('text', { x: places, y: baseline, ...style }, words));
  }
  for (const plot of text.querySelectorAll('svg')) drawn.append(placed(plot, frame));
  return onPaper(drawn, { x: 0, y: 0, width: frame.width, height: frame.height }, document.title);
}
