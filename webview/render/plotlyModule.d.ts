/** What the panel uses of Plotly's bundle, which comes without types. */
declare module 'plotly.js-cartesian-dist-min' {
  interface Plotly {
    newPlot(place: HTMLElement, data: object[], layout: object, config: object): Promise<unknown>;
    relayout(place: HTMLElement, change: object): Promise<unknown>;
    restyle(place: HTMLElement, change: object, traces: number[]): Promise<unknown>;
    toImage(
      figure: { data: object[]; layout: object },
      options: { format: 'png' | 'svg'; width: number; height: number; scale: number },
    ): Promise<string>;
    purge(place: HTMLElement): void;
  }
  /** What the element becomes that Plotly draws into. */
  interface PlotlyElement {
    data: object[];
    layout: object;
    on(event: 'plotly_relayout', handler: (change: unknown) => void): void;
    on(event: 'plotly_restyle', handler: (change: unknown) => void): void;
  }
  const plotly: Plotly;
  export type { PlotlyElement };
  export default plotly;
}
