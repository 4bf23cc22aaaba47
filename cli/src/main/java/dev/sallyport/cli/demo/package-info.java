/** The story that {@code sally demo} plays, each step checked. */
@NullMarked
package dev.sallyport.cli.demo;

import org.jspecify.annotations.NullMarked;
