/**
 * A chat that takes messages at an incoming webhook, as Slack does (docs.slack.dev, "Sending messages using incoming webhooks",
 * Block Kit reference).
 */
@NullMarked
package dev.sallyport.sandbox.chat;

import org.jspecify.annotations.NullMarked;
