// What the checks ask a page in the browser. Evaluated in the page, which its policy does not see.
(() => {
  const REACHED =
    "a[href], area[href], button, input, select, textarea, summary, audio[controls], video[controls], [contenteditable=true], [tabindex]";
  const IN_PARTS = "input[type=date], input[type=time], input[type=datetime-local], input[type=month]";
  const PRESSED = "button, input[type=submit], input[type=button], input[type=reset], summary, [role=button]";

  const says = (element) => {
    const name = (element.getAttribute("aria-label") || element.innerText || element.value || "").trim();
    const id = element.id ? `#${element.id}` : "";
    return `<${element.localName}${id}> ${name.replace(/\s+/g, " ").slice(0, 60)}`;
  };
  const isSeen = (element) =>
    element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const scrolls = (element) => {
    const { overflowX, overflowY } = getComputedStyle(element);
    const moves = (overflow) => overflow === "auto" || overflow === "scroll";
    return (
      (moves(overflowX) && element.scrollWidth > element.clientWidth) ||
      (moves(overflowY) && element.scrollHeight > element.clientHeight)
    );
  };
  const isHiddenToTheEye = (element) => {
    const style = getComputedStyle(element);
    const { width, height } = element.getBoundingClientRect();
    return style.clipPath.startsWith("inset(50%") || style.clip === "rect(0px, 0px, 0px, 0px)" || width <= 1 || height <= 1;
  };
  const ofGroup = (radio) =>
    [...document.querySelectorAll("input[type=radio]")].filter(
      (other) => other.name === radio.name && other.form === radio.form && !other.disabled,
    );
  const isTurnOfGroup = (radio) => {
    const group = ofGroup(radio);
    return radio === (group.find((other) => other.checked) || group[0]);
  };
  const stops = () =>
    [...document.querySelectorAll(REACHED)].filter(
      (element) =>
        !element.disabled &&
        element.type !== "hidden" &&
        element.tabIndex >= 0 &&
        !element.closest("[inert]") &&
        (element.localName !== "summary" || element === element.parentElement.querySelector("summary")) &&
        (element.type !== "radio" || isTurnOfGroup(element)) &&
        isSeen(element),
    );
  // Where a control itself is not to be seen, its label shows that it has the focus.
  const ringed = (element) => [element, ...(element.labels || [])];
  const ringOf = (element) =>
    ringed(element).map((each) => {
      const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(each);
      const isDrawn = outlineStyle !== "none" && parseFloat(outlineWidth) >= 1 && outlineColor !== "rgba(0, 0, 0, 0)";
      return { outline: isDrawn ? `${outlineStyle} ${outlineWidth} ${outlineColor}` : "", shadow: boxShadow === "none" ? "" : boxShadow };
    });
  const isRinged = (element, before) =>
    ringOf(element).some(
      ({ outline, shadow }, index) =>
        (outline && outline !== before[index].outline) || (shadow && shadow !== before[index].shadow),
    );
  const isCovered = (element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const above = document.elementFromPoint(left + width / 2, top + height / 2);
    for (let each = above; each && each !== document.body; each = each.parentElement) {
      const { position } = getComputedStyle(each);
      if ((position === "fixed" || position === "sticky") && !each.contains(element)) return true;
    }
    return false;
  };

  let awaited = [];
  let rings = [];
  let boxed = [];
  let opened = [];

  window.probes = {
    openDetails() {
      opened = [...document.querySelectorAll("details:not([open])")];
      for (const details of opened) details.open = true;
    },
    closeDetails() {
      document.activeElement?.blur();
      for (const details of opened) details.open = false;
    },

    // Returns how many stops there should be; the next Tab goes to the first one.
    beginAtTop() {
      document.activeElement?.blur();
      awaited = stops();
      rings = awaited.map(ringOf);
      window.getSelection().removeAllRanges();
      document.body.tabIndex = -1;
      document.body.focus({ preventScroll: true });
      document.body.removeAttribute("tabindex");
      return awaited.length;
    },

    // Returns the number of the stop that has the focus, or "left" once Tab has left the page.
    stop() {
      const element = document.activeElement;
      if (!element || element === document.body || element === document.documentElement) return { at: "left" };
      const at = awaited.indexOf(element);
      if (at < 0) {
        // A frame is stopped at where there is something to act on in it; what scrolls, by itself.
        const isFine = element.localName === "iframe" || scrolls(element);
        return { at: "elsewhere", says: says(element), isFine };
      }
      return {
        at,
        says: says(element),
        isInParts: element.matches(IN_PARTS),
        isRinged: isRinged(element, rings[at]),
        isCovered: isCovered(element),
      };
    },

    says(at) {
      return says(awaited[at]);
    },

    // Gives each stop the focus as a keyboard would, without leaving this turn: for many at once.
    withoutRing() {
      document.activeElement?.blur();
      const found = [];
      for (const element of stops()) {
        const before = ringOf(element);
        element.focus({ focusVisible: true, preventScroll: true });
        if (!isRinged(element, before)) found.push(says(element));
        element.blur();
      }
      return found;
    },

    // Elements that make the page wider than the window.
    sideways() {
      const room = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= room) return [];
      const wide = [...document.body.querySelectorAll("*")].filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width && (right > room + 1 || left < -1) && !isHiddenToTheEye(element);
      });
      return (wide.length ? wide : [document.body]).slice(0, 4).map(says);
    },

    // Elements whose own words are cut off.
    cutOff() {
      return [...document.body.querySelectorAll("*")]
        .filter((element) => {
          const hasWords = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
          if (!hasWords || !isSeen(element) || isHiddenToTheEye(element)) return false;
          const { overflowX, overflowY } = getComputedStyle(element);
          const cuts = (overflow) => overflow === "hidden" || overflow === "clip";
          return (
            (cuts(overflowX) && element.scrollWidth > element.clientWidth + 1) ||
            (cuts(overflowY) && element.scrollHeight > element.clientHeight + 1)
          );
        })
        .map(says);
    },

    // Parts that stay in the window while one scrolls, and take more than a third of it.
    inTheWay() {
      return [...document.body.querySelectorAll("*")]
        .filter((element) => {
          const { position } = getComputedStyle(element);
          const { height, width } = element.getBoundingClientRect();
          const isStill = position === "fixed" || position === "sticky";
          return isStill && isSeen(element) && height * width > (innerHeight * innerWidth) / 3;
        })
        .map(says);
    },

    // Buttons and ways about the site that a finger may miss. Links in a sentence are as high as it.
    tooSmall(least) {
      const targets = new Set(document.querySelectorAll(`${PRESSED}, nav a[href], a[href].btn, a[href].button`));
      for (const box of document.querySelectorAll("input[type=checkbox], input[type=radio]")) {
        if (box.labels.length) targets.add(box);
      }
      return [...targets]
        .filter((element) => isSeen(element) && !isHiddenToTheEye(element))
        .filter((element) => {
          const boxes = [element, ...(element.labels || [])].map((each) => each.getBoundingClientRect());
          return Math.max(...boxes.map((box) => box.height)) < least - 0.5;
        })
        .map((element) => `${says(element)} (${Math.round(element.getBoundingClientRect().height)} px)`);
    },

    // Whatever still moves.
    moving() {
      const longest = (list) => Math.max(...list.split(",").map((time) => parseFloat(time) * (/ms$/.test(time.trim()) ? 1 : 1000)));
      const found = document
        .getAnimations()
        .filter((animation) => animation.playState === "running" && animation.effect?.getComputedTiming().duration > 10)
        .map((animation) => `an animation of ${says(animation.effect.target)}`);
      for (const element of document.querySelectorAll("*")) {
        const { transitionDuration, animationDuration, animationName, scrollBehavior } = getComputedStyle(element);
        if (longest(transitionDuration) > 10) found.push(`a transition of ${says(element)}`);
        if (animationName !== "none" && longest(animationDuration) > 10) found.push(`an animation of ${says(element)}`);
        if (scrollBehavior === "smooth") found.push(`${says(element)} scrolls smoothly`);
      }
      return found;
    },

    // Notes which buttons have a box; asked again in the colours of the system, which lost theirs.
    noteBoxes() {
      boxed = [...document.querySelectorAll(`${PRESSED}, a[href].btn, a[href].button`)].filter((element) => {
        const { backgroundColor, borderTopStyle } = getComputedStyle(element);
        const isDrawn = !/, 0\)$|transparent/.test(backgroundColor) || borderTopStyle !== "none";
        return isSeen(element) && !isHiddenToTheEye(element) && isDrawn;
      });
    },
    withoutEdge() {
      return boxed
        .filter((element) => {
          const { borderTopStyle, borderTopWidth, borderBottomWidth } = getComputedStyle(element);
          const widest = Math.max(parseFloat(borderTopWidth), parseFloat(borderBottomWidth));
          return borderTopStyle === "none" || widest === 0;
        })
        .map(says);
    },

    // The distances of WCAG 1.4.12, as somebody's own stylesheet sets them; false takes them back.
    spaceOut(is_wanted) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(
        "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }",
      );
      document.adoptedStyleSheets = is_wanted ? [sheet] : [];
    },

    textSize() {
      return parseFloat(getComputedStyle(document.body).fontSize);
    },

    // Forms that do nothing where no script runs.
    needScript() {
      const found = [];
      for (const form of document.forms) {
        const controls = [...form.elements];
        const sends = controls.some((each) => (each.localName === "button" || each.localName === "input") && each.type === "submit");
        const isTyped = controls.some((each) => !/^(hidden|fieldset|output)$/.test(each.type));
        if (isTyped && !sends) found.push(`a form has no button: ${form.outerHTML.slice(0, 80)}`);
        if (!/^(get|post|dialog)$/.test(form.method)) found.push(`a form is sent by ${form.method}`);
      }
      for (const element of document.querySelectorAll("button[type=button], a[href^='javascript:'], a[href='#']")) {
        if (isSeen(element)) found.push(`without a script this does nothing: ${says(element)}`);
      }
      if (/(enable|turn on|need|requires?) (JavaScript|scripts)/i.test(document.body.innerText)) found.push("the page asks for JavaScript");
      if (!document.querySelector("h1")?.innerText.trim()) found.push("the page has no heading to be seen");
      return found;
    },
  };
})();
