/** What administrators changed of what others may reach. */
@NullMarked
package dev.sallyport.contracts.configuration;

import org.jspecify.annotations.NullMarked;
