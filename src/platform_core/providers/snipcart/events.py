"""Snipcart's events, and the signals that they become."""

from typing import Final

ORDERS: Final = {
    "order.completed": "order.placed",
    "order.status.changed": "order.updated",
    "order.paymentStatus.changed": "order.updated",
    "order.trackingNumber.changed": "order.updated",
    "order.refund.created": "order.refunded",
    "order.notification.created": "order.updated",
    "order.withdrawal.created": "order.updated",
    "v3/subscription.invoice.payment.succeeded": "order.placed",
}
SUBSCRIPTIONS: Final = {
    "v3/subscription.invoice.payment.succeeded": "subscription.updated",
    "v3/subscription.invoice.payment.failed": "subscription.updated",
    "v3/subscription.state.cancellationRequested": "subscription.updated",
    "v3/subscription.state.cancelled": "subscription.cancelled",
    "subscription.created": "subscription.created",
    "subscription.cancelled": "subscription.cancelled",
    "subscription.paused": "subscription.updated",
    "subscription.resumed": "subscription.updated",
    "subscription.invoice.created": "subscription.updated",
}
