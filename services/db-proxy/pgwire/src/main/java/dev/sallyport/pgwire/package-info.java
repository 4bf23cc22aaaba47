/**
 * The PostgreSQL frontend/backend protocol, versions 3.0 and 3.2, as seen by someone in the middle. It knows Netty buffers and
 * nothing else. Sections named in the classes are those of the chapter "Frontend/Backend Protocol" of PostgreSQL's
 * documentation.
 *
 * <ul>
 *   <li>{@link dev.sallyport.pgwire.FrameParser}: where messages begin and end, in place, whatever the cuts between reads
 *   <li>{@code startup}: the packets before there are messages
 *   <li>{@code auth}: SCRAM-SHA-256 from both sides, MD5
 *   <li>{@code conversation}: which statements a client had executed, and how each ended
 *   <li>{@code types}: parameters as text
 * </ul>
 */
@NullMarked
package dev.sallyport.pgwire;

import org.jspecify.annotations.NullMarked;
