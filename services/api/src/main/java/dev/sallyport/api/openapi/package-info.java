/** What the OpenAPI document says of every operation. */
@NullMarked
package dev.sallyport.api.openapi;

import org.jspecify.annotations.NullMarked;
