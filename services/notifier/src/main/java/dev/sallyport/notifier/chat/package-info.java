/**
 * What a chat is told about access: one message for each event, as Slack's incoming webhooks take them.
 *
 * <pre>
 *  event ─▶ Saying ─▶ ChatMessage ─▶ deliveries, as for every other endpoint
 *          who, what    Block Kit
 * </pre>
 *
 * <p>What people wrote is foreign text in Slack's markup: all of it goes through {@link dev.sallyport.notifier.chat.Mrkdwn}.
 */
@NullMarked
package dev.sallyport.notifier.chat;

import org.jspecify.annotations.NullMarked;
