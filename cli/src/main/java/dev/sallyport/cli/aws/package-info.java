/** What Sallyport may do in AWS. */
@NullMarked
package dev.sallyport.cli.aws;

import org.jspecify.annotations.NullMarked;
