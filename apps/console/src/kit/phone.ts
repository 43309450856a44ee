/** Whether it began on a screen on which rows are cards (style.css). */
export const onPhone = matchMedia('(max-width: 700px)').matches
