"""GraphML, for graph tools such as Gephi, yEd and networkx, which also writes it."""

from metriclint.pictures.entities import no_commands_in_markup
from metriclint.pictures.picture import Picture, place_words, plain_ids
from metriclint.reports.terminal import clean


def render(picture: Picture) -> str:
    """The picture as GraphML. Characters that XML cannot hold are left out of texts."""
    import networkx

    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph(
        title=clean(picture.title), summary=clean(picture.summary), view=picture.view
    )
    ids = plain_ids(picture)
    for n in picture.nodes:
        graph.add_node(
            ids[n.id],
            kind=n.kind,
            title=clean(n.title),
            location=clean(place_words(n.location)),
            assumed=n.assumed,
            on_path=n.on_path,
        )
    for number, e in enumerate(picture.edges):
        graph.add_edge(
            ids[e.source],
            ids[e.target],
            key=f"e{number}",
            verb=e.verb,
            sign=e.sign,
            views=" ".join(e.views),
            only=clean("; ".join(e.only)),
            assumed=e.assumed,
            on_path=e.on_path,
        )
    document = "\n".join(networkx.generate_graphml(graph))
    return no_commands_in_markup(f'<?xml version="1.0" encoding="UTF-8"?>\n{document}\n')
