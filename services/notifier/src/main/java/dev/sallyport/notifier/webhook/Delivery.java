package dev.sallyport.notifier.webhook;

/**
 * One message to the webhook, claimed by a worker.
 *
 * @param organisation whose event it is
 * @param body what is signed and sent, to the byte
 * @param attempts this one included
 */
record Delivery(String eventId, String eventType, String organisation, String body, int attempts) {}
