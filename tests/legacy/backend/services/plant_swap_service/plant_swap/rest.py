from typing import List

from fastapi import APIRouter, Depends, HTTPException
from sqlmodel import Session, select

from plant_swap import kinds
from plant_swap.database import get_session
from plant_swap.tables import Offer, OfferBase, OfferRead, Swapper, SwapperCreate, SwapperRead

router = APIRouter()


@router.post('/swappers', response_model=SwapperRead, status_code=201)
def create_swapper(data: SwapperCreate, session: Session = Depends(get_session)):
    swapper = Swapper.model_validate(data)
    session.add(swapper)
    session.commit()
    session.refresh(swapper)
    return swapper


@router.get('/swappers/{id}', response_model=SwapperRead)
def read_swapper(id: int, session: Session = Depends(get_session)):
    swapper = session.get(Swapper, id)
    if not swapper:
        raise HTTPException(404, 'nobody')
    return swapper


@router.post('/swappers/{id}/offers', response_model=OfferRead)
def add_offer(id: int, data: OfferBase, session: Session = Depends(get_session)):
    if not kinds.is_known(data.kind):
        raise HTTPException(422, f'never heard of {data.kind}')
    offer = Offer(**data.model_dump(), swapper_id=id)
    session.add(offer)
    session.commit()
    session.refresh(offer)
    return offer


@router.get('/offers', response_model=List[OfferRead])
def offers(kind: str = '', session: Session = Depends(get_session)):
    query = select(Offer)
    if kind:
        query = query.where(Offer.kind == kind)
    return session.exec(query).all()
