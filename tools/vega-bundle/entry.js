// What the HTML output needs of Vega: draw a Vega-Lite specification without `eval` and without a network.
import { parse, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile } from "vega-lite";

const refuse = () => Promise.reject(new Error("a chart loads nothing"));
const loader = { options: {}, load: refuse, sanitize: refuse, http: refuse, file: refuse };

export function draw(element, spec, onClick) {
  const compiled = compile(spec).spec;
  const view = new View(parse(compiled, null, { ast: true }), {
    container: element,
    expr: expressionInterpreter,
    hover: false,
    loader,
    renderer: "svg",
  });
  view.addEventListener("click", (event, item) => {
    if (item && item.datum) onClick(item.datum, event);
  });
  return view.runAsync();
}
