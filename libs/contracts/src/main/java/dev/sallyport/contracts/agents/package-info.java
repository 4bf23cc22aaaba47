/** Signs of life from provisioners and db-proxies. */
@NullMarked
package dev.sallyport.contracts.agents;

import org.jspecify.annotations.NullMarked;
