/** What access can be granted to: roles in databases, from onboarding and registered by hand. */
@NullMarked
package dev.sallyport.api.targets;

import org.jspecify.annotations.NullMarked;
