/** A widget of the body of a CloudWatch dashboard. Its place and size are in cells of a grid of 24 columns. */
export type Widget = {
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  properties: { title: string; metrics?: unknown[][]; alarms?: string[] };
};

const CELL = 50;
const POINTS = 48;
const LEGEND_ROW = 16;
const COLOURS = ['#0972d3', '#d13212', '#1d8102', '#8456ce', '#c7511f', '#067f68', '#9469d6', '#5f6b7a'];

/**
 * A dashboard as a page, its graphs with invented values: what the console draws of the same body, as far as places, titles and
 * legends go.
 */
export function drawDashboard(widgets: readonly Widget[]): string {
  const height = Math.max(...widgets.map((widget) => widget.y + widget.height)) * CELL;
  return `<!doctype html><meta charset="utf-8"><body style="margin:0;background:#f2f3f3">
<svg xmlns="http://www.w3.org/2000/svg" width="${String(24 * CELL)}" height="${String(height)}" font-family="sans-serif">
${widgets.map(drawWidget).join('\n')}
</svg>`;
}

function drawWidget({ x, y, width, height, properties, type }: Widget): string {
  const [w, h] = [width * CELL - 10, height * CELL - 10];
  return `<g class="widget" transform="translate(${String(x * CELL + 5)} ${String(y * CELL + 5)})">
<rect width="${String(w)}" height="${String(h)}" rx="8" fill="#fff" stroke="#d5dbdb"/>
<text class="title" x="12" y="24" font-size="15" font-weight="bold">${escaped(properties.title)}</text>
${type === 'alarm' ? drawAlarms(properties.alarms ?? [], w, h) : drawGraph(labelsOf(properties.metrics ?? []), w, h)}
</g>`;
}

/** One line for each metric; a search draws one for each destination, of which two are invented. */
export function labelsOf(metrics: readonly unknown[][]): string[] {
  return metrics.flatMap((metric) => {
    const options = metric.find(
      (part) => typeof part === 'object' && part !== null && !Array.isArray(part),
    ) as { label?: string; expression?: string; visible?: boolean } | undefined;
    // What a sum is made of is not drawn.
    if (options?.visible === false) return [];
    if (options?.expression?.startsWith('SEARCH(') === true) return ['dst_oncall', 'dst_siem'];
    return [options?.label ?? metric.filter((part) => typeof part === 'string').join(' ')];
  });
}

function drawGraph(labels: readonly string[], w: number, h: number): string {
  const legend = Math.ceil(labels.length / 4) * LEGEND_ROW;
  const [top, bottom] = [40, h - legend - 14];
  const lines = labels.map((label, index) => {
    const points = Array.from({ length: POINTS }, (_, at) => {
      const value = (Math.sin((at + index * 7) / 5) + 1) / 2 + ((at * 31 + index * 17) % 13) / 26;
      return `${String(12 + ((w - 24) * at) / (POINTS - 1))},${String(bottom - ((bottom - top) * value) / 1.5)}`;
    });
    const colour = COLOURS[index % COLOURS.length] ?? '';
    const [column, row] = [index % 4, Math.floor(index / 4)];
    return `<polyline class="line" points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>
<text class="label" x="${String(12 + (column * (w - 24)) / 4)}" y="${String(h - legend + row * LEGEND_ROW + 2)}" font-size="11" fill="${colour}">${escaped(label)}</text>`;
  });
  return `<line x1="12" y1="${String(bottom)}" x2="${String(w - 12)}" y2="${String(bottom)}" stroke="#d5dbdb"/>\n${lines.join('\n')}`;
}

/** As many squares as there are alarms, all of them quiet. */
function drawAlarms(alarms: readonly string[], w: number, h: number): string {
  const columns = 16;
  const rows = Math.ceil(alarms.length / columns);
  return alarms
    .map((arn, index) => {
      const [column, row] = [index % columns, Math.floor(index / columns)];
      const [x, y] = [12 + (column * (w - 24)) / columns, 38 + (row * (h - 50)) / rows];
      return `<rect class="alarm" x="${String(x)}" y="${String(y)}" width="${String((w - 24) / columns - 6)}" height="${String((h - 50) / rows - 6)}" rx="3" fill="#1d8102"><title>${escaped(arn)}</title></rect>`;
    })
    .join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
