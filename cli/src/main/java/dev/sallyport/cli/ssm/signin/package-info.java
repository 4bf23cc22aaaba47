/**
 * Who one is in AWS while a grant lasts: the grant's permission set in the proxy's account, through IAM Identity Center's portal, or whatever the
 * machine has.
 */
@NullMarked
package dev.sallyport.cli.ssm.signin;

import org.jspecify.annotations.NullMarked;
