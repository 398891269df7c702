// Gives the wall's excerpt the colours of the strip that is pointed at. They are read off the wall's own picture, in which
// each character of each cell is a pixel.

const STRIP = { columns: 32, rows: 8 } as const;

type Colour = readonly [number, number, number];

const picture = (() => {
  let loading: { url: string; image: Promise<ImageData> } | undefined;
  return (strip: Element): Promise<ImageData> => {
    const url = /url\("?([^")]+)"?\)/u.exec(getComputedStyle(strip).backgroundImage)![1]!;
    if (loading?.url !== url) loading = { url, image: read(url) };
    return loading.image;
  };
})();

async function read(url: string): Promise<ImageData> {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const context = canvas.getContext('2d')!;
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** The steps of the scale, and the colour that each has now. */
function scaleOf(legend: Element): { name: string; colour: Colour }[] {
  return [...legend.querySelectorAll('.ramp i')].map((step) => {
    const [red = 0, green = 0, blue = 0] = getComputedStyle(step).backgroundColor.match(/\d+/gu)!.map(Number);
    return { name: step.className, colour: [red, green, blue] };
  });
}

const distance = (a: Colour, b: Colour): number => a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0);

/** Column and row of the strip in the picture, by its classes. */
function placeOf(strip: Element): { x: number; y: number } {
  const [, x, y] = /\bx(\d+) y(\d+)\b/u.exec(strip.className)!;
  return { x: Number(x), y: Number(y) };
}

/**
 * @param strip of the wall; @param excerpt the characters that lie under it, in lines of {@link STRIP.columns}
 * @param legend of the colours
 */
export async function recolour(strip: Element, excerpt: HTMLElement, legend: Element): Promise<void> {
  const { data, width } = await picture(strip);
  const { x, y } = placeOf(strip);
  const scale = scaleOf(legend);
  const neutral = scale[(scale.length - 1) / 2]!.name;
  const lines = excerpt.textContent!.split('\n').map((line, row) =>
    [...line].map((character, column) => {
      const pixel = 4 * ((y * STRIP.rows + row) * width + x * STRIP.columns + column);
      const colour = [data[pixel]!, data[pixel + 1]!, data[pixel + 2]!] as const;
      const { name } = scale.reduce((a, b) => (distance(b.colour, colour) < distance(a.colour, colour) ? b : a));
      const span = document.createElement('span');
      if (name !== neutral) span.className = name;
      span.textContent = character;
      return span;
    }),
  );
  excerpt.replaceChildren(...lines.flatMap((line, row) => (row === 0 ? line : ['\n', ...line])));
}
