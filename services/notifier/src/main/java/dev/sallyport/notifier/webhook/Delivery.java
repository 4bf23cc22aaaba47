package dev.sallyport.notifier.webhook;

/**
 * One message to the webhook, claimed by a worker.
 *
 * @param body what is signed and sent, to the byte
 * @param attempts this one included
 */
record Delivery(String eventId, String eventType, String body, int attempts) {}
