/** What every part of Sallyport names the same way: ids, ARNs, secrets, engines. A short, closed list. */
@NullMarked
package dev.sallyport.kernel;

import org.jspecify.annotations.NullMarked;
