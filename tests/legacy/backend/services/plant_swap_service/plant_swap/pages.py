import pathlib

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.templating import Jinja2Templates
from sqlmodel import Session, select

from .database import get_session
from .kinds import known_kinds
from .tables import Offer, Swapper

router = APIRouter()
templates = Jinja2Templates(directory=pathlib.Path(__file__).parent / 'templates')


@router.get('/', response_class=HTMLResponse)
def home(request: Request, session: Session = Depends(get_session)):
    offers = session.exec(select(Offer).order_by(Offer.kind)).all()
    return templates.TemplateResponse(request, 'home.html', {'offers': offers, 'kinds': known_kinds()})


@router.post('/offer')
def offer(name: str = Form(...), kind: str = Form(...), count: int = Form(1), session: Session = Depends(get_session)):
    swapper = session.exec(select(Swapper).where(Swapper.name == name)).first() or Swapper(name=name)
    swapper.offers.append(Offer(kind=kind, count=count))
    session.add(swapper)
    session.commit()
    return RedirectResponse('/', status_code=303)
