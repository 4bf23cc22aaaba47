/** What people asked for and what was decided: public events. */
@NullMarked
package dev.sallyport.contracts.access;

import org.jspecify.annotations.NullMarked;
