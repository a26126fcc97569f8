"""The routes that read and change products."""

from fastapi import APIRouter, Response

from visualsearch.domain import ProductId
from visualsearch.errors import NotFound
from visualsearch.web.answers import stored_product
from visualsearch.web.description import problems
from visualsearch.web.forms import product_from
from visualsearch.web.inputs import InPath, ProductInput, ProductsInput
from visualsearch.web.schemas import StoredProduct, StoredProducts
from visualsearch.web.service import Wired

router = APIRouter(prefix="/v1/products", tags=["products"])


@router.get("/{product_id:path}", summary="Read a product", responses=problems(404, 422))
def read_product(product_id: InPath, service: Wired) -> StoredProduct:
    """Read a product with its pictures, and why a picture of it cannot be searched."""
    record = service.records([ProductId(product_id)]).get(ProductId(product_id))
    if record is None:
        raise _unknown(product_id)
    return stored_product(record)


@router.put(
    "/{product_id:path}",
    summary="Store a product",
    responses=problems(400, 413, 422, 507)
    | {201: {"model": StoredProduct, "description": "It was not stored before."}},
)
async def put_product(
    product_id: InPath, said: ProductInput, response: Response, service: Wired
) -> StoredProduct:
    """Insert or replace a product; it is searchable when the answer comes.

    A picture that cannot be had does not stop the others: see its failure in the answer.
    """
    product = product_from(product_id, said)
    known = await service.threads.write(service.records, [product.id])
    stored = await service.threads.write(service.put_products, [product])
    if not stored:  # someone else deleted it at once
        raise _unknown(product_id)
    response.status_code = 200 if known else 201
    return stored_product(stored[0])


@router.delete(
    "/{product_id:path}", summary="Delete a product", status_code=204, responses=problems(404, 422)
)
async def delete_product(product_id: InPath, service: Wired) -> None:
    """Delete a product; it is not found any more when the answer comes."""
    if not await service.threads.write(service.delete_products, [ProductId(product_id)]):
        raise _unknown(product_id)


@router.post("", summary="Store many products", responses=problems(400, 413, 422, 507))
async def put_products(said: ProductsInput, service: Wired) -> StoredProducts:
    """Insert or replace many products at once; see each product's pictures in the answer."""
    products = [product_from(one.id, one) for one in said.products]
    records = await service.threads.write(service.put_products, products)
    return StoredProducts(products=[stored_product(record) for record in records])


def _unknown(product_id: str) -> NotFound:
    return NotFound(f"expected the id of a stored product, found {product_id!r}; check the id")
