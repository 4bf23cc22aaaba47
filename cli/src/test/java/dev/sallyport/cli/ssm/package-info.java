@NullMarked
package dev.sallyport.cli.ssm;

import org.jspecify.annotations.NullMarked;
