/* Where the decision stands beside the post, a keyboard can begin with it at once. */

const isBeside = matchMedia("(min-width: 60rem) and (pointer: fine)").matches;
if (isBeside && !document.querySelector(".summary")) document.querySelector(".decide input[type=radio]")?.focus({ preventScroll: true });
