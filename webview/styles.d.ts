/** Style of a pane, as text: it comes with the pane, which not everybody opens. */
declare module '*.pane.css' {
  const style: string;
  export default style;
}
