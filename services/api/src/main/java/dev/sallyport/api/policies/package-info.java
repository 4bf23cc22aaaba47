/**
 * Who may do what, in the Cedar language. Nothing is allowed that no policy permits; what one forbids, none permits; a policy that
 * fails forbids. Start reading at {@code PolicyBook} and {@code cedar/sallyport.cedarschema}.
 */
@NullMarked
package dev.sallyport.api.policies;

import org.jspecify.annotations.NullMarked;
