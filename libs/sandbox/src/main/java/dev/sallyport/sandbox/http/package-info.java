/** What the stand-ins' HTTP servers share. */
@NullMarked
package dev.sallyport.sandbox.http;

import org.jspecify.annotations.NullMarked;
