// The sheets and cards of a conversation, by the names under which it asks for them.
import { About } from "./about.js";
import { Between } from "./between.js";
import { Change, TakeBack } from "./change.js";
import { Menu } from "./menu.js";
import { Chosen, Photos, Picture } from "./photos.js";
import { Question } from "./question.js";
import { Report } from "./report.js";
import { About as RoleSheet } from "./role.js";

export const Parts = {
  about: About, between: Between, change: Change, chosen: Chosen, menu: Menu, photos: Photos, picture: Picture, question: Question,
  report: Report, role: RoleSheet, takeBack: TakeBack,
};
