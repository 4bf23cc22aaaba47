/** What administrators change of what others may reach, told to the public. */
@NullMarked
package dev.sallyport.api.changes;

import org.jspecify.annotations.NullMarked;
