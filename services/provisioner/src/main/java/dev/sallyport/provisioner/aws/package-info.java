/** The RDS instance that a job is about, and the security group in front of it. */
@NullMarked
package dev.sallyport.provisioner.aws;

import org.jspecify.annotations.NullMarked;
