"""Trail guide. Most of it happens while it is being imported."""

import logging
import typing as t

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Response
from fastapi.responses import PlainTextResponse

import guide.huts.models as hut_models
import guide.trails.models
import handlers.climb, handlers.ferry  # noqa: E401,F401  they register themselves
from guide import registry, units as u
from guide.registry import HANDLERS as _handlers, describe
from guide.trails import TrailStore, store_for
from guide.weather import *

from guide.trails.store import Difficulty

if t.TYPE_CHECKING:  # pragma: no cover
    from guide.maps import Compass

log = logging.getLogger(__name__)

app = FastAPI(
    title="Trail guide",
    version="7",
    responses={404: {"description": "Not on the map"}},
)


class Paging:
    """A class as a dependency."""

    def __init__(self, skip: int = Query(0, ge=0), limit: int = Query(2, le=10)):
        self.skip, self.limit = skip, limit

    def cut(self, rows: list) -> list:
        return rows[self.skip : self.skip + self.limit]


PagingDep = t.Annotated[Paging, Depends()]
Store = t.Annotated[TrailStore, Depends(store_for)]

trails = APIRouter()
huts = APIRouter(default_response_class=PlainTextResponse)


# /trails/longest must stay before /trails/{name}
@trails.get("/trails/longest", operation_id="longest")
def longest(store: Store):
    log.debug("longest of %d", len(store.all()))
    return max(store.all(), key=lambda trail: trail.km)


@trails.get("/trails/{name}", response_model=guide.trails.models.Item)
def one_trail(store: Store, response: Response, name: str = Path(min_length=2)):
    if (found := store.find(name)) is None:
        response.status_code = 404
        return guide.trails.models.Item(name="nowhere", km=0)
    return found


@trails.get("/trails/{name}")
def never_reached(name: str):
    return {"shadowed": name}


@trails.get("/trails", response_model=t.List[guide.trails.models.Item], name="all trails")
def all_trails(paging: PagingDep, store: Store, at_most: "t.Optional[Difficulty]" = None):
    return paging.cut(store.all(at_most))


@trails.get("/trails/{name}/steps")
def steps(name: str, store: Store):
    trail = store.find(name)
    return [describe(step) for step in (trail.steps if trail else [])]


@huts.get("/huts/{number}", response_model=None)
def hut(number: int):
    match hut_models.HUTS.get(number):
        case None:
            return PlainTextResponse("no hut", 404)
        case hut_models.Item(beds=0) as empty:
            return f"{empty.name} is closed"
        case hut_models.Item(name=name, beds=beds):
            return f"{name}: {beds} beds, {u.to_feet(1000)} ft"


@huts.post("/huts", response_model=hut_models.Item, response_class=Response)
def no_new_huts(item: hut_models.Item):
    return Response(status_code=501)


for _router, _tag in ((trails, "trails"), (huts, "huts")):
    app.include_router(_router, tags=[_tag])
app.include_router(trails, prefix="/v0", tags=["old"], include_in_schema=False)


def face(compass: "Compass", degrees: float = 90) -> "Compass":
    return compass.turn(degrees)


def _handler_names() -> t.List[str]:
    return sorted(kind.__name__ for kind in _handlers)


app.add_api_route("/handlers", _handler_names, methods=["GET"], summary="What can be described")
app.add_api_route("/weather", forecast, methods=["GET"])


@app.get("/health")
@registry.audited
def health() -> t.Dict[str, t.Any]:
    return {"status": "healthy", "audited": registry.audits}


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app=app, host="0.0.0.0", port=8121)
