/** Provisioning of database roles: commands to the provisioner, its progress, and the job as every client sees it. */
@NullMarked
package dev.sallyport.contracts.dbroles;

import org.jspecify.annotations.NullMarked;
