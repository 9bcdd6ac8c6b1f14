// The page of the API explorer. React, ReactDOM and GraphiQL are globals of the classic scripts before this one;
// examples.js is written by the build.
import examples from './examples.js';

const { createElement } = React;

// A preview would load any image that an answer names, from any host; this page talks to its own server only.
GraphiQL.React.ImagePreview.shouldRender = () => false;

// GraphiQL's history keeps the headers of each request it remembers, whatever shouldPersistHeaders says.
const storage = GraphiQL.createLocalStorage({ namespace: 'hub' });
const { setItem } = storage;
storage.setItem = (key, value) => setItem(key, /:(queries|favorites)$/.test(key) ? withoutHeaders(value) : value);

function withoutHeaders(json) {
  return JSON.stringify(JSON.parse(json, (name, value) => (name === 'headers' ? undefined : value)));
}

ReactDOM.createRoot(document.getElementById('graphiql')).render(
  createElement(
    GraphiQL,
    {
      // The hub answers in one piece: it refuses @defer and @stream.
      fetcher: GraphiQL.createFetcher({ url: '/graphql', enableIncrementalDelivery: false }),
      defaultTabs: examples.map((query) => ({ query })),
      // A token typed into the headers tab is gone with the page: it never enters the browser's storage.
      shouldPersistHeaders: false,
      storage,
      // Without these two the docs leave out the schema's own description and every deprecated argument.
      schemaDescription: true,
      inputValueDeprecation: true,
    },
    createElement(GraphiQL.Logo, null, 'Better Together Hub'),
  ),
);
