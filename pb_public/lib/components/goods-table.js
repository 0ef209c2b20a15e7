// How goods are drawn, for the member's app and for the public page, which reads what stands after "default" as JSON.
// A word stands where a word of the product's name begins; a blank after it, that it ends there too. The first that
// fits counts. Places: the drawing's left edge, where its label sits, the baseline of the name on it.
export default {
 "shapes": [
  ["telur", "tray"],
  ["kental manis", "can"], ["sarden", "can"], ["kornet", "can"], ["kaleng", "can"],
  ["botol", "bottle"], ["gelas isi", "bottle"], ["batang", "box"], ["keripik", "pouch"],
  ["beras", "sack"], ["tepung", "sack"], ["gula", "sack"], ["kedelai", "sack"], ["garam", "sack"], ["kentang", "sack"],
  ["minyak", "bottle"], ["kecap", "bottle"], ["saus", "bottle"], ["sirup", "bottle"], ["madu", "bottle"], ["air ", "bottle"], ["cuka", "bottle"], ["sari ", "bottle"], ["jus", "bottle"], ["jamu", "bottle"], ["minuman", "bottle"], ["santan", "bottle"], ["pemutih", "bottle"], ["obat kumur", "bottle"],
  ["sabun", "pump"], ["sampo", "pump"], ["shampo", "pump"], ["kondisioner", "pump"], ["pembersih", "pump"], ["pelembut", "pump"], ["lotion", "pump"],
  ["kopi", "pouch"], ["kerupuk", "pouch"], ["deterjen", "pouch"], ["detergen", "pouch"], ["bumbu", "pouch"], ["kacang", "pouch"], ["mi ", "pouch"], ["mie ", "pouch"], ["bihun", "pouch"], ["wafer", "pouch"], ["permen", "pouch"], ["abon", "pouch"], ["kuaci", "pouch"], ["agar", "pouch"], ["kaldu", "pouch"], ["penyedap", "pouch"], ["ketumbar", "pouch"], ["merica", "pouch"], ["rempeyek", "pouch"], ["bubur", "pouch"], ["roti", "pouch"], ["popok", "pouch"], ["pembalut", "pouch"],
  ["teh", "box"], ["susu", "box"], ["biskuit", "box"], ["tisu", "box"], ["pasta gigi", "box"], ["sereal", "box"], ["margarin", "box"], ["cokelat", "box"], ["masker", "box"], ["lampu", "box"], ["kertas", "box"], ["amplop", "box"]
 ],
 "labels": [["kopi", "bean"], ["teh", "flower"], ["minyak", "drop"], ["madu", "drop"]],
 "places": {
  "bottle": {"x": 56, "label": "translate(100 145) scale(.8)", "word": 0},
  "box": {"x": 38, "label": "translate(89 148)", "word": 0},
  "can": {"x": 52, "label": "translate(92 146) scale(.8)", "word": 0},
  "pouch": {"x": 50, "label": "translate(100 140)", "word": 0},
  "pump": {"x": 55, "label": "", "word": 0},
  "sack": {"x": 36, "label": "", "word": 149},
  "tray": {"x": 24, "label": "", "word": 0},
  "parcel": {"x": 38, "label": "", "word": 154}
 }
};
