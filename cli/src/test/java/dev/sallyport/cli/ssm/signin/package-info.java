@NullMarked
package dev.sallyport.cli.ssm.signin;

import org.jspecify.annotations.NullMarked;
