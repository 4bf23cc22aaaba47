@NullMarked
package dev.sallyport.cli.pty;

import org.jspecify.annotations.NullMarked;
