/** Provisioning jobs: asked for here, done by a provisioner, told here. */
@NullMarked
package dev.sallyport.api.dbroles;

import org.jspecify.annotations.NullMarked;
