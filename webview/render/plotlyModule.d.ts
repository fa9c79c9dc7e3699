/** What the panel uses of Plotly's bundle, which comes without types. */
declare module 'plotly.js-cartesian-dist-min' {
  interface Plotly {
    newPlot(place: HTMLElement, data: object[], layout: object, config: object): Promise<unknown>;
    relayout(place: HTMLElement, change: object): Promise<unknown>;
    toImage(
      figure: { data: object[]; layout: object },
      options: { format: 'png'; width: number; height: number; scale: number },
    ): Promise<string>;
    purge(place: HTMLElement): void;
  }
  const plotly: Plotly;
  export default plotly;
}
