/** Built-in delivery of events to one webhook, signed as Standard Webhooks asks (standardwebhooks.com, specification). */
@NullMarked
package dev.sallyport.notifier.webhook;

import org.jspecify.annotations.NullMarked;
