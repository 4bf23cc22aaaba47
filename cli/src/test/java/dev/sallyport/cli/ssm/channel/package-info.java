@NullMarked
package dev.sallyport.cli.ssm.channel;

import org.jspecify.annotations.NullMarked;
