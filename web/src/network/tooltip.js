// Stands for the tooltip of force-graph, which writes HTML: names are drawn on the canvas instead, where text is only text.
export default class Tooltip {
  content() {
    return this;
  }
}
