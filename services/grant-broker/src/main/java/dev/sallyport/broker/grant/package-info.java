/**
 * The life of a grant at the broker.
 *
 * <pre>
 *  none ─activate─▶ activating ─set up─▶ active ─expire│close─▶ closing ─taken down─▶ closed
 *   │                  │  ▲ └──close──────────────────────────────▲                     ▲
 *   │         refused  ▼  │ activate                                                    │
 *   │                 failed ─close───────────────────────────────────────────────────▶┤
 *   └──close────────────────────────────────────────────────────────────────────────────┘
 * </pre>
 *
 * {@link dev.sallyport.broker.grant.Lifecycle} decides, {@code Grants} makes a decision durable together with everything
 * that follows from it, {@code GrantCommands} listens to Kafka and {@code ExpiryClock} to the time. A close that overtakes
 * its activation wins: the grant never opens.
 */
@NullMarked
package dev.sallyport.broker.grant;

import org.jspecify.annotations.NullMarked;
