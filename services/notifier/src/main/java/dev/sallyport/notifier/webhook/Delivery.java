package dev.sallyport.notifier.webhook;

/**
 * One message to one endpoint, claimed by a worker.
 *
 * @param id the row's
 * @param organisation whose event it is
 * @param body what is signed and sent, to the byte
 * @param attempts this one included
 */
record Delivery(long id, String eventId, String eventType, String organisation, String body, int attempts) {}
