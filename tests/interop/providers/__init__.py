"""Live providers for contracts, good and broken.

A provider is a class of `server.Provider`: it answers requests, sets up provider states, and lists the ways in which it
can be broken together with the interactions that must fail then.
"""

from .ledger_soap import LedgerSoap, LedgerWithoutNamespace
from .metrics_api import MetricsApi
from .orders_api import OrdersApi
from .orders_events import OrdersEvents
from .pact_broker import PactBroker
from .rates_rpc import RatesRpc
from .receiver import Receiver
from .server import Serving
from .shop_api import ShopApi
from .shop_events import ShopEvents
from .shop_prices import ShopPrices

__all__ = [
    "LedgerSoap", "LedgerWithoutNamespace", "MetricsApi", "OrdersApi", "OrdersEvents", "PactBroker", "RatesRpc", "Receiver", "Serving",
    "ShopApi", "ShopEvents", "ShopPrices",
]
