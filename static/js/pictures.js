/* Where somebody chooses pictures, ask at once what each one shows. Without this they are asked when
   they send the form. The small form is drawn here: the policy of the site lets no picture in that is
   not its own. */

const SIDE = 120;

async function draw(file, canvas) {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
  } catch {
    canvas.remove(); // a kind that this browser cannot show: the site says what is wrong with it
  }
}

function ask(input, file, number) {
  const item = document.createElement("li");
  const canvas = document.createElement("canvas");
  const beside = document.createElement("div");
  const label = document.createElement("label");
  const words = document.createElement("input");
  canvas.width = canvas.height = 1;
  canvas.setAttribute("aria-hidden", "true");
  words.type = "text";
  words.name = "new_words";
  words.id = label.htmlFor = `${input.id}_words_${number}`;
  words.maxLength = input.dataset.most;
  words.autocomplete = "off";
  label.textContent = input.dataset.asks.replace("{name}", file.name);
  beside.append(label, words);
  item.append(canvas, beside);
  draw(file, canvas);
  return item;
}

for (const input of document.querySelectorAll("input[type=file][data-asks]")) {
  const list = document.createElement("ul");
  list.className = "tray";
  input.after(list);
  const show = () => list.replaceChildren(...[...input.files].map((file, number) => ask(input, file, number)));
  input.addEventListener("change", show);
  // Going back, a browser may have kept the files.
  show();
}
